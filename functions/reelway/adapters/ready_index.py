"""The ready list in the Videos table's index as `ports.ready_list.ReadyIndex`."""

from dataclasses import dataclass

from reelway.adapters import video_items
from reelway.adapters.video_lists import VideoLists
from reelway.ports.videos import Listed


@dataclass(frozen=True, slots=True)
class ReadyListIndex:
    lists: VideoLists

    def page(
        self, *, limit: int, after: Listed | None, before: str | None = None
    ) -> tuple[list[Listed], bool]:
        return self.lists.page(video_items.READY_LIST, limit=limit, after=after, before=before)

    def listed(self, *, since: str, until: str | None = None) -> list[Listed]:
        return list(self.lists.entries(video_items.READY_LIST, since=since, until=until))

    def taken_off(self, *, since: str) -> list[Listed]:
        """A deleted video goes from list to list, in this order: the one that it leaves is read first."""
        lists = (video_items.DELETED_LIST, video_items.HIDDEN_LIST, video_items.UNLISTED_LIST)
        return [entry for listing in lists for entry in self.lists.entries(listing, since=since)]
