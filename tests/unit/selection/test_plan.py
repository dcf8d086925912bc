"""The plan as a value: what any intent asks of any state, under Hypothesis."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.model.errors import InvalidRequestError, RequestError, StaleGenerationError, UnknownClusterError
from quarterdeck.model.target import ClusterId, Target
from quarterdeck.selection.intents import (
    CancelWork,
    ChangeSelection,
    ClearSelection,
    ContextMissing,
    CredentialsLost,
    CredentialsRecovered,
    Intent,
    KubeconfigChanged,
    Retry,
    SetSelection,
    Shutdown,
    TransportLost,
    TransportRebuild,
)
from quarterdeck.selection.plan import Plan, PlanState, Running, plan
from quarterdeck.selection.records import Action
from tests.examples import examples
from tests.unit.selection.ground import EXPIRED, REFUSED, cid, target

quick = settings(max_examples=examples(60))

IDS = tuple(cid(name) for name in "abcde")
STRANGER = cid("stranger")

clusters = st.sampled_from(IDS)
some = st.lists(clusters, max_size=5).map(tuple)
epochs = st.integers(0, 4)


@st.composite
def targets(draw: st.DrawFn, cluster: ClusterId) -> Target:
    server = draw(st.sampled_from(("https://one", "https://two")))
    return target(
        cluster, server=server, token=draw(st.sampled_from("xy")), proxy=draw(st.sampled_from(("", "http://p")))
    )


@st.composite
def running(draw: st.DrawFn, cluster: ClusterId) -> Running:
    visible = draw(st.none() | targets(cluster))
    job = draw(st.none() | targets(cluster))
    epoch = draw(st.integers(1, 4)) if visible is not None and draw(st.booleans()) else 0
    missing = visible is None and job is None and draw(st.booleans())
    return Running(
        visible=visible,
        visible_epoch=epoch,
        visible_alive=epoch != 0,
        job=job,
        job_epoch=draw(epochs) if job is not None else 0,
        dormant_epoch=draw(epochs),
        missing=missing,
        absence=draw(st.integers(0, 2)),
        tried=draw(targets(cluster)).fingerprint() if draw(st.booleans()) else "",
    )


@st.composite
def states(draw: st.DrawFn) -> PlanState:
    selected = tuple(draw(st.lists(clusters, unique=True)))
    held = {c: draw(targets(c)) for c in IDS if draw(st.integers(0, 4))}
    broken = {c: REFUSED for c in IDS if c not in held and draw(st.booleans())}
    there = {c: draw(running(c)) for c in IDS if c in selected or draw(st.booleans())}
    return PlanState(draw(st.integers(0, 9)), selected, held, broken, there)


intents: st.SearchStrategy[Intent] = st.one_of(
    st.builds(SetSelection, some, st.none() | st.integers(0, 9)),
    st.builds(ChangeSelection, some, some),
    st.just(ClearSelection()),
    st.just(Shutdown()),
    st.builds(Retry, clusters),
    st.builds(CancelWork, clusters),
    st.just(KubeconfigChanged({}, {})),
    st.builds(ContextMissing, clusters, st.integers(0, 2)),
    st.builds(CredentialsLost, clusters, epochs, st.just(EXPIRED)),
    st.builds(CredentialsRecovered, clusters, epochs),
    st.builds(TransportLost, clusters, epochs, st.just(REFUSED)),
    st.builds(TransportRebuild, clusters, epochs, st.just("slept")),
)


def planned(state: PlanState, intent: Intent) -> Plan | type[RequestError]:
    """The plan, or how it was refused."""
    try:
        return plan(state, intent)
    except RequestError as error:
        return type(error)


def named(intent: Intent) -> set[ClusterId]:
    """The clusters that an intent speaks of by name."""
    match intent:
        case SetSelection(selected):
            return set(selected)
        case ChangeSelection(opened, closed):
            return {*opened, *closed}
        case ClearSelection() | Shutdown() | KubeconfigChanged():
            return set()
        case _:
            return {intent.cluster}


@quick
@given(states(), intents)
def test_a_plan_is_a_pure_function_of_state_and_intent(state: PlanState, intent: Intent) -> None:
    assert planned(state, intent) == planned(state, intent)


@quick
@given(states(), intents)
def test_no_cluster_is_touched_that_is_neither_selected_nor_named(state: PlanState, intent: Intent) -> None:
    made = planned(state, intent)
    if isinstance(made, Plan):
        assert set(made.actions) <= set(state.selected) | named(intent)


@quick
@given(states(), intents)
def test_what_is_closed_is_deselected_unless_its_context_is_missing_or_all_ends(
    state: PlanState, intent: Intent
) -> None:
    made = planned(state, intent)
    if isinstance(made, Plan) and not isinstance(intent, Shutdown):
        stays = set(made.of(Action.CLOSE)) & set(made.selected)
        assert stays == made.missing
        assert set(state.selected) - set(made.selected) == set(made.of(Action.CLOSE)) - made.missing


@quick
@given(states(), intents)
def test_the_selection_holds_no_cluster_twice(state: PlanState, intent: Intent) -> None:
    made = planned(state, intent)
    if isinstance(made, Plan):
        assert len(set(made.selected)) == len(made.selected)


@quick
@given(states(), intents)
def test_only_a_persons_wish_changes_the_selection(state: PlanState, intent: Intent) -> None:
    made = planned(state, intent)
    if isinstance(made, Plan) and not isinstance(intent, SetSelection | ChangeSelection | ClearSelection | CancelWork):
        assert made.selected == state.selected


@quick
@given(states(), intents)
def test_what_breaks_first_is_rebuilt_and_rows_drop_only_there(state: PlanState, intent: Intent) -> None:
    made = planned(state, intent)
    if isinstance(made, Plan):
        assert made.drop_rows <= made.break_first <= set(made.of(Action.REBUILD))


@quick
@given(states(), some, some, st.sampled_from(("set", "open", "close", "retry", "cancel")))
def test_an_unknown_id_refuses_the_whole_request(
    state: PlanState, before: tuple[ClusterId, ...], after: tuple[ClusterId, ...], kind: str
) -> None:
    asked = (*before, STRANGER, *after)
    make: dict[str, Callable[[], Intent]] = {
        "set": lambda: SetSelection(asked),
        "open": lambda: ChangeSelection(open=asked),
        "close": lambda: ChangeSelection(close=asked),
        "retry": lambda: Retry(STRANGER),
        "cancel": lambda: CancelWork(STRANGER),
    }
    # The others must be known, or one of them is the stranger that is named.
    known = PlanState(state.generation, state.selected, {c: target(c) for c in IDS}, {}, state.running)
    with pytest.raises(UnknownClusterError, match="stranger"):
        plan(known, make[kind]())


@quick
@given(states(), st.lists(clusters, min_size=1, max_size=8))
def test_duplicates_fold(state: PlanState, asked: list[ClusterId]) -> None:
    once = tuple(dict.fromkeys(asked))
    assert planned(state, ChangeSelection(open=tuple(asked))) == planned(state, ChangeSelection(open=once))
    assert planned(state, SetSelection(tuple(asked))) == planned(state, SetSelection(once))


@quick
@given(some, some, clusters)
def test_opening_and_closing_one_id_at_once_is_refused(
    opened: tuple[ClusterId, ...], closed: tuple[ClusterId, ...], both: ClusterId
) -> None:
    state = PlanState(1, (), {c: target(c) for c in IDS}, {}, {})
    with pytest.raises(InvalidRequestError, match=both):
        plan(state, ChangeSelection((*opened, both), (both, *closed)))


def test_a_change_of_nothing_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="Nothing"):
        plan(PlanState(1, (), {}, {}, {}), ChangeSelection())


@quick
@given(states(), st.integers(0, 9))
def test_replacing_the_set_needs_the_generation_it_was_based_on(state: PlanState, based_on: int) -> None:
    known = PlanState(state.generation, state.selected, {c: target(c) for c in IDS}, {}, state.running)
    if based_on != state.generation:
        with pytest.raises(StaleGenerationError, match=f"generation {state.generation};"):
            plan(known, SetSelection(IDS[:2], based_on))
    else:
        assert plan(known, SetSelection(IDS[:2], based_on)).selected == IDS[:2]


@quick
@given(states(), some)
def test_asking_again_for_what_is_being_done_starts_nothing_new(state: PlanState, asked: tuple[ClusterId, ...]) -> None:
    held = {c: target(c) for c in IDS}
    first = plan(PlanState(1, state.selected, held, {}, state.running), SetSelection(asked))
    # As the lanes stand once the first plan has been applied: each opening is a job to the newest target.
    after = {
        c: Running(job=held[c], job_epoch=9) if first.actions[c] is Action.OPEN else state.running.get(c, Running())
        for c in first.selected
    }
    again = plan(PlanState(2, first.selected, held, {}, after), SetSelection(asked))
    assert again.selected == first.selected
    assert set(again.actions.values()) <= {Action.CARRY, Action.KEEP}


@quick
@given(states(), clusters)
def test_a_fact_of_an_old_epoch_asks_for_nothing(state: PlanState, cluster: ClusterId) -> None:
    old = 99
    facts: list[Intent] = [
        CredentialsLost(cluster, old, EXPIRED),
        CredentialsRecovered(cluster, old),
        TransportLost(cluster, old, REFUSED),
        TransportRebuild(cluster, old, "slept"),
        ContextMissing(cluster, old),
    ]
    for fact in facts:
        assert not plan(state, fact).actions


@quick
@given(states())
def test_a_file_that_cannot_be_read_closes_nothing(state: PlanState) -> None:
    unreadable = PlanState(state.generation, state.selected, {}, dict.fromkeys(IDS, REFUSED), state.running)
    made = plan(unreadable, KubeconfigChanged({}, {}))
    assert not made.actions
    assert not made.absent


@quick
@given(states())
def test_an_absent_context_is_given_its_grace_and_nothing_more(state: PlanState) -> None:
    gone = PlanState(state.generation, state.selected, {}, {}, state.running)
    made = plan(gone, KubeconfigChanged({}, {}))
    assert not made.actions
    assert made.absent == set(state.selected)
