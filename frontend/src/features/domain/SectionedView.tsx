import { type ReactNode, useMemo, useRef } from "react";
import type { ClusterView } from "../../api/generated/wire.ts";
import { useClusters } from "../../app/context.tsx";
import type { SectionSearch } from "../../app/links.ts";
import { count, plural } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { useNow } from "../../ui/useNow.ts";
import { FilterText } from "./FilterText.tsx";
import type { Part } from "./gaps.ts";
import { NamespaceChoice } from "./NamespaceChoice.tsx";
import { Nothing } from "./Nothing.tsx";
import { ObjectRow, type Told } from "./ObjectRow.tsx";
import type { Answered } from "./useDomain.ts";
import { useHeld } from "./useHeld.ts";
import { ViewBar } from "./ViewBar.tsx";
import { ViewList } from "./ViewList.tsx";
import { Waiting } from "./Waiting.tsx";

export interface SectionOf<T> {
  name: string;
  /** In how many of the clusters it is known. */
  clusters: number;
  total: number;
  rows: readonly T[];
}

export interface SectionWords {
  /** For its choice, and for its heading. */
  short: string;
  title: string;
}

interface Props<T extends Told> {
  title: string;
  said: string;
  search: SectionSearch;
  /** Goes to the same view, narrowed otherwise. */
  go: (search: SectionSearch) => void;
  asked: string;
  answered: Answered<{
    sections: readonly SectionOf<T>[];
    namespaces: readonly string[];
    parts: readonly Part[];
    whole: boolean;
  }>;
  words: Readonly<Record<string, SectionWords>>;
  /** Said where nothing is amiss. */
  fine: string;
  figures: ReactNode;
  extra: (row: T, section: string) => string;
  to?: (row: T) => { resource: string; namespace: string; name: string; uid: string } | undefined;
}

/** A view whose rows stand in sections, each with its own heading; one of them, or all. */
export function SectionedView<T extends Told>(props: Props<T>) {
  const { title, said, search, go, asked, answered, words, fine, figures, extra, to } = props;
  const { answer, error, behind } = answered;
  const views = useClusters((state) => state.views);
  const now = useNow(true, 10_000);
  const list = useRef<HTMLDivElement>(null);
  const rows = useMemo(
    () =>
      (answer?.sections ?? []).flatMap(({ name, rows: of }) =>
        of.map((row) => ({ id: row.id, section: name, row })),
      ),
    [answer],
  );
  const { shown, waiting, showAll, hold } = useHeld(list, rows, behind ? "" : asked);
  const lower = title.toLowerCase();
  const narrowed = Boolean(search.ns || search.part || search.q);
  const totals = new Map((answer?.sections ?? []).map((section) => [section.name, section.total]));
  const all = [...totals.values()].reduce((sum, one) => sum + one, 0);
  return (
    <main id="main" className="screen" aria-label={title}>
      <ViewBar
        title={title}
        said={said}
        lead={{
          label: "Part",
          segments: [
            { id: "", title: "All", status: null, count: answer === null ? null : all },
            ...Object.entries(words).map(([id, { short }]) => ({
              ...{ id, title: short, status: null },
              count: answer === null ? null : (totals.get(id) ?? 0),
            })),
          ],
          chosen: search.part ?? "",
          choose: (part) => go({ ...search, part }),
        }}
        on={search.on}
        choose={(on) => go({ ...search, on })}
      >
        <NamespaceChoice
          names={answer?.namespaces}
          value={search.ns ?? ""}
          choose={(ns) => go({ ...search, ns })}
        />
        <FilterText
          label={`Filter ${lower}`}
          placeholder="name or namespace"
          text={search.q ?? ""}
          error={null}
          change={(q) => go({ ...search, q })}
        />
      </ViewBar>
      <ViewList
        list={list}
        parts={answer?.parts}
        error={error === null ? null : `${title} could not be read: ${error.message}`}
        hold={hold}
      >
        {answer === null || answer.parts.length === 0 ? null : figures}
        <Waiting count={waiting} show={showAll} />
        {(answer?.sections ?? []).map((section) => (
          <Section
            key={section.name}
            section={section}
            title={words[section.name]?.title ?? section.name}
            clusters={answer?.parts.length ?? 0}
          >
            {shown
              .filter((one) => one.section === section.name)
              .map(({ row }) => (
                <ObjectRow
                  key={row.id}
                  row={row}
                  view={views.get(row.cluster) ?? nameless(row.cluster)}
                  to={to?.(row)}
                  extra={extra(row, section.name)}
                  now={now}
                />
              ))}
          </Section>
        ))}
        {answer !== null && error === null && shown.length === 0 && waiting === 0 ? (
          <Nothing clear={narrowed ? () => go({ on: search.on }) : undefined}>
            {narrowed ? null : <Glyph status={answer.whole ? "ok" : "progressing"} size={14} />}
            {narrowed
              ? `Nothing fits this in ${plural(answer.parts.length, "cluster")}.`
              : `${answer.whole ? fine : "Nothing found so far"} in ${plural(answer.parts.length, "cluster")}.`}
          </Nothing>
        ) : null}
      </ViewList>
    </main>
  );
}

/** A cluster that this page knows nothing of any more. */
const nameless = (key: string) => ({ name: key, slot: 0 }) as ClusterView;

interface SectionProps<T> {
  section: SectionOf<T>;
  title: string;
  /** Those that were asked for. */
  clusters: number;
  children: readonly ReactNode[];
}

function Section<T>({ section, title, clusters, children }: SectionProps<T>) {
  if (children.length === 0) return null;
  const left = section.total - children.length;
  return (
    <section aria-label={title}>
      <h2 className="dm-h">
        {title}
        <span className="t3">{count(section.total)}</span>
        {section.clusters < clusters ? (
          <span className="t3 xs">known in {`${section.clusters} of ${plural(clusters, "cluster")}`}</span>
        ) : null}
      </h2>
      <ul>{children}</ul>
      {left > 0 ? (
        <p className="dm-note t3 sm">
          and {count(left)} more: narrow them by a cluster, a namespace or a word
        </p>
      ) : null}
    </section>
  );
}
