import asyncio

import pytest

from local.edge.admission import Admission
from local.edge.problems import EdgeError


async def visit(admission: Admission, leave: asyncio.Event, inside: list[int], number: int) -> None:
    async with admission.place():
        inside.append(number)
        await leave.wait()


def test_those_above_the_limit_wait_in_their_order_and_then_pass() -> None:
    async def scenario() -> None:
        admission, leave, inside = Admission(2, 10), asyncio.Event(), list[int]()
        visits = [asyncio.create_task(visit(admission, leave, inside, number)) for number in range(5)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert inside == [0, 1]
        leave.set()
        await asyncio.gather(*visits)
        assert inside == [0, 1, 2, 3, 4]

    asyncio.run(scenario())


def test_so_many_wait_and_the_next_is_refused() -> None:
    async def scenario() -> None:
        admission, leave, inside = Admission(1, 1), asyncio.Event(), list[int]()
        visits = [asyncio.create_task(visit(admission, leave, inside, number)) for number in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(EdgeError) as refused:
            await visit(admission, leave, inside, 2)
        assert refused.value.status == 503
        leave.set()
        await asyncio.gather(*visits)
        await visit(admission, leave, inside, 3)
        assert inside == [0, 1, 3]

    asyncio.run(scenario())


def test_a_visitor_that_gives_up_waiting_takes_no_place() -> None:
    async def scenario() -> None:
        admission, leave, inside = Admission(1, 5), asyncio.Event(), list[int]()
        first = asyncio.create_task(visit(admission, leave, inside, 0))
        second = asyncio.create_task(visit(admission, leave, inside, 1))
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.gather(second, return_exceptions=True)
        leave.set()
        await first
        await visit(admission, leave, inside, 2)
        assert inside == [0, 2]

    asyncio.run(scenario())
