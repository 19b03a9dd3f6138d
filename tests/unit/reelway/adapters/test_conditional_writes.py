from botocore.exceptions import ClientError

from reelway.adapters.conditional_writes import fields_at_refusal


def refusal(**response: object) -> ClientError:
    error = ClientError({"Error": {"Code": "ConditionalCheckFailedException"}}, "UpdateItem")
    error.response.update(response)  # type: ignore[typeddict-item]
    return error


def test_the_item_that_refused_a_write_is_read() -> None:
    assert fields_at_refusal(refusal(Item={"writeId": {"S": "w1"}, "rank": {"N": "2"}})) == {
        "writeId": "w1",
        "rank": 2,
    }


def test_a_write_may_be_refused_where_there_is_no_item() -> None:
    assert fields_at_refusal(refusal()) == {}
