"""The version of Reelway, which metrics carry; CHANGELOG.md says what is in it."""

VERSION = "0.2.0"
