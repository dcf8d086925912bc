import type { UseQueryResult } from "@tanstack/react-query";
import type { Column, ObjectEvents, RelatedGroup, RelatedView, WindowRow } from "../../api/generated/wire.ts";
import type { ShownCluster } from "../../state/clusters.ts";
import { plural } from "../../ui/format.ts";
import { useNow } from "../../ui/useNow.ts";
import { type Address, kindKey } from "./address.ts";
import { Conditions } from "./Conditions.tsx";
import { EventLine } from "./EventsTab.tsx";
import { at, list, pairs, seconds, text } from "./json.ts";
import {
  groupsTold,
  KindFacts,
  KindFirst,
  KindSections,
  KindTrouble,
  KindUsage,
  toldBy,
} from "./kinds/index.tsx";
import { OwnFacts } from "./OwnFacts.tsx";
import { Chips, Fact, Facts, Folded, ObjectLine, ObjectLink, Section, Time } from "./parts.tsx";
import { Line } from "./Standing.tsx";
import { type Seen, useRelated } from "./useObject.ts";

interface Props {
  cluster: ShownCluster;
  address: Address;
  uid: string;
  object: Seen;
  known: { row: WindowRow; columns: readonly Column[] } | null;
  events: UseQueryResult<ObjectEvents>;
  onEvents: () => void;
}

/** What people look for: the facts of its row at once, the rest as it comes. */
export function Overview({ cluster, address, uid, object, known, events, onEvents }: Props) {
  const related = useRelated(cluster.key, address, uid, object.version);
  const found = object.last?.object ?? null;
  const kind = kindKey(address.resource);
  const groups = related.data?.groups ?? [];
  const owners = groups.find((group) => group.name === "owners");
  const going = seconds(found, "metadata", "deletionTimestamp");
  return (
    <>
      <div className="panel-b" role="tabpanel" aria-label="Overview">
        {going === null ? null : (
          <Line
            status="progressing"
            text="It is being deleted."
            advice={
              pairsOf(found).length > 0 ? `Waits for its finalizers: ${pairsOf(found).join(", ")}.` : ""
            }
          />
        )}
        <KindTrouble kind={kind} object={found} known={known} />
        <KindFirst kind={kind} object={found} known={known} />
        <KindUsage kind={kind} cluster={cluster.key} address={address} known={known} />
        <Facts>
          <OwnFacts known={known} full={found !== null} told={toldBy(kind)} />
          <KindFacts kind={kind} object={found} />
          {found === null ? null : (
            <Fact name="Age">
              <Time at={seconds(found, "metadata", "creationTimestamp")} />
            </Fact>
          )}
          <Owners group={owners} object={found} />
          {found === null ? null : <Meta object={found} />}
        </Facts>
        <KindSections
          kind={kind}
          object={found}
          cluster={cluster.key}
          address={address}
          sizes={object.last?.sizes ?? {}}
          figures={related.data?.figures ?? {}}
          groups={(name) => foundOf(related.data, name)}
        />
        <Conditions items={list(found, "status", "conditions")} />
        <Related
          asked={related}
          groups={groups.filter(
            ({ name, state }) => name !== "owners" && !(state.state === "ok" && groupsTold(kind).has(name)),
          )}
        />
        <Latest events={events} onEvents={onEvents} />
      </div>
    </>
  );
}

/** Groups without objects are not told, where the question itself was answered: then there are none. */
function foundOf(view: RelatedView | undefined, name: string) {
  if (view === undefined || view.state.state !== "ok") return null;
  const group = view.groups.find((one) => one.name === name);
  if (group === undefined) return [];
  return group.state.state === "ok" && !group.more ? group.objects : null;
}

function pairsOf(object: unknown): string[] {
  const found = at(object, "metadata", "finalizers");
  return Array.isArray(found) ? found.map(String) : [];
}

function Owners({ group, object }: { group: RelatedGroup | undefined; object: unknown }) {
  const told = list(object, "metadata", "ownerReferences");
  if (group === undefined) {
    return (
      <Fact name="Owned by">{told.map((one) => `${text(one, "kind")} ${text(one, "name")}`).join(", ")}</Fact>
    );
  }
  if (group.objects.length === 0) return null;
  return (
    <Fact name="Owned by">
      <ul className="ob-chain">
        {group.objects.map((one) => (
          <li key={one.uid} className="row">
            <span className="t3 xs">{one.kind}</span>
            <ObjectLink one={one} />
            {one.state === "ok" || one.state === "" ? null : (
              <span className="xs t3">{one.state === "not_found" ? "gone" : "not readable"}</span>
            )}
          </li>
        ))}
        {group.state.advice ? <li className="xs t3">{group.state.advice}</li> : null}
      </ul>
    </Fact>
  );
}

function Meta({ object }: { object: unknown }) {
  const labels = pairs(object, "metadata", "labels").map(([key, value]) => (value ? `${key}=${value}` : key));
  const annotations = pairs(object, "metadata", "annotations");
  return (
    <>
      <Fact name="Labels">{labels.length > 0 ? <Chips values={labels} what="labels" /> : null}</Fact>
      <Fact name="Annotations">
        {annotations.length > 0 ? (
          <Folded title={plural(annotations.length, "annotation")} note="">
            <dl className="ob-pairs">
              {annotations.map(([key, value]) => (
                <div key={key}>
                  <dt className="mono xs t3">{key}</dt>
                  <dd className="mono xs">{value}</dd>
                </div>
              ))}
            </dl>
          </Folded>
        ) : null}
      </Fact>
      <Fact name="UID">
        <span className="mono xs t2">{text(object, "metadata", "uid")}</span>
      </Fact>
    </>
  );
}

const FIRST = 8;

function Related({ asked, groups }: { asked: UseQueryResult<RelatedView>; groups: readonly RelatedGroup[] }) {
  if (asked.data === undefined) {
    return asked.error === null ? (
      <p className="t3 xs ob-late">Looking for what it is related to</p>
    ) : (
      <Line status="error" text={asked.error.message} onRetry={() => void asked.refetch()} />
    );
  }
  return (
    <>
      {groups.map((group) => (
        <Section
          key={group.name}
          title={group.title}
          note={group.objects.length > 1 ? `${group.objects.length}${group.more ? "+" : ""}` : undefined}
        >
          {group.state.state === "ok" ? null : (
            <Line
              status={group.state.state === "forbidden" ? "warn" : "stale"}
              text={group.state.message}
              advice={group.state.advice}
            />
          )}
          <ul className="ob-rel">
            {group.objects.slice(0, FIRST).map((one) => (
              <ObjectLine key={`${one.kind} ${one.namespace} ${one.name}`} one={one} />
            ))}
          </ul>
          {group.objects.length > FIRST ? (
            <Folded title={`${group.objects.length - FIRST} more`} note={group.more ? "and others" : ""}>
              <ul className="ob-rel">
                {group.objects.slice(FIRST).map((one) => (
                  <ObjectLine key={`${one.kind} ${one.namespace} ${one.name}`} one={one} />
                ))}
              </ul>
            </Folded>
          ) : null}
        </Section>
      ))}
    </>
  );
}

const LATEST = 3;

function Latest({ events, onEvents }: { events: UseQueryResult<ObjectEvents>; onEvents: () => void }) {
  const now = useNow(true, 1_000);
  const { data } = events;
  if (data === undefined) return null;
  const forbidden = data.state.state === "forbidden";
  return (
    <Section
      title="Latest events"
      note={
        data.events.length > LATEST ? (
          <button type="button" className="acc" onClick={onEvents}>
            All {data.events.length}
          </button>
        ) : undefined
      }
    >
      {data.state.state === "ok" ? null : (
        <p className="xs t2">{forbidden ? "You may not read its events." : data.state.message}</p>
      )}
      {data.events.length === 0 && data.state.state === "ok" ? <p className="xs t3">None.</p> : null}
      <ol className="ob-ev">
        {data.events.slice(0, LATEST).map((event) => (
          <li key={`${event.type} ${event.reason} ${event.message} ${event.subobject}`}>
            <EventLine event={event} now={now} />
          </li>
        ))}
      </ol>
    </Section>
  );
}
