"""Outcomes of the routes of the WebSocket API."""

from tests.support.system.event_outcomes.stage import Send, Stage

_DONE = {"statusCode": 200}


def socket_is_recorded(stage: Stage, send: Send) -> None:
    _forget(stage)
    assert send() == _DONE
    assert stage.sockets() == [stage.ids.socket]


def socket_is_forgotten(stage: Stage, send: Send) -> None:
    assert send() == _DONE
    assert stage.sockets() == []


def _forget(stage: Stage) -> None:
    key = {"videoId": {"S": stage.ids.video}, "connectionId": {"S": stage.ids.socket}}
    stage.cloud.dynamodb.delete_item(TableName=stage.cloud.outputs["ConnectionsTableName"], Key=key)
