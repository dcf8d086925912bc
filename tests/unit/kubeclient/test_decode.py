"""How much of a stream is decoded at once."""

from __future__ import annotations

import msgspec

from quarterdeck.kubeclient.decode import FIRST_BATCH, Decoding, Lines, Skipped, decode_batch


class Meta(msgspec.Struct):
    name: str
    resource_version: str = msgspec.field(default="", name="resourceVersion")


class Thing(msgspec.Struct):
    metadata: Meta


def lines(count: int) -> Lines:
    made = Lines()
    for n in range(count):
        made.feed(f'{{"type":"ADDED","object":{{"metadata":{{"name":"{n}","resourceVersion":"{n}"}}}}}}\n'.encode())
    return made


def test_the_first_batch_is_a_screenful_and_the_next_is_what_a_turn_allows() -> None:
    here, decoding = lines(FIRST_BATCH + 20), Decoding(Thing, Skipped())
    first, failed = decode_batch(here, decoding, FIRST_BATCH)
    assert (len(first), failed, first[-1].resource_version) == (FIRST_BATCH, None, "49")
    rest, _ = decode_batch(here, decoding)
    assert next(event.object.metadata.name for event in rest if event.object) == "50"


def test_two_clients_that_share_decoders_count_what_they_skip_apart() -> None:
    mine, others = Skipped(), Skipped()
    one, _ = Decoding(Thing, mine), Decoding(Thing, others)
    assert one.event(b'{"type":"ADDED","object":{"metadata":{"name":7}}}') is None
    assert (mine.count, others.count) == (1, 0)
