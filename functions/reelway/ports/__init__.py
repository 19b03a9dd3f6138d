"""The interfaces to the outside world; `reelway.adapters` and the tests' fakes implement them."""
