import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import type { StorageAnswer, StorageRow } from "../../api/generated/wire.ts";
import { storageLink } from "../../app/links.ts";
import { keysOf } from "../../state/domains.ts";
import { bytes } from "../../ui/format.ts";
import type { Status } from "../../ui/Glyph.tsx";
import { Figures } from "../domain/Figures.tsx";
import { SectionedView, type SectionWords } from "../domain/SectionedView.tsx";
import { useDomain } from "../domain/useDomain.ts";
import { ClassesTable } from "./ClassesTable.tsx";
import "./storage.css";

const MOST = 300;
const WORDS: Readonly<Record<string, SectionWords>> = {
  unbound: { short: "Unbound", title: "Claims that are not bound" },
  volumes: { short: "Left behind", title: "Volumes that are released or failed" },
  classes: { short: "Defaults", title: "Clusters without a default class, or with several" },
  unused: { short: "Unused", title: "Claims that no pod uses" },
  bound: { short: "Bound", title: "Bound claims" },
};
const CLAIMS: readonly [phase: string, status: Status][] = [
  ["Bound", "ok"],
  ["Pending", "progressing"],
  ["Lost", "error"],
];
const VOLUMES: readonly [phase: string, status: Status][] = [
  ["Bound", "ok"],
  ["Available", "ok"],
  ["Released", "warn"],
  ["Failed", "error"],
];

export function StorageScreen() {
  const search = useSearch({ from: "/storage" });
  const navigate = useNavigate();
  const { on, ns = "", part = "", q = "" } = search;
  const keys = useMemo(() => keysOf(on), [on]);
  const asked = JSON.stringify(search);
  const answered = useDomain("storage", keys, asked, (rest) =>
    rest.storage({ keys, namespace: ns, section: part, text: q, limit: MOST }),
  );
  return (
    <SectionedView<StorageRow>
      title="Storage"
      said="Claims, volumes and classes of the open clusters"
      search={search}
      go={(more) => void navigate({ ...storageLink(more), replace: true })}
      asked={asked}
      answered={answered}
      words={WORDS}
      fine="Nothing asks for storage"
      figures={answered.answer === null ? null : <Sums answer={answered.answer} />}
      extra={extraOf}
    />
  );
}

/** What it is of, and how much: `fast · 10 GiB`. */
function extraOf(row: StorageRow): string {
  const size = row.capacity ?? row.requested;
  return [row.storage_class, size === null ? "" : bytes(size)].filter(Boolean).join(" · ");
}

function Sums({ answer }: { answer: StorageAnswer }) {
  return (
    <>
      <div className="st-f">
        <Figures
          label="Claims"
          note={noteOf(answer.claims_in, answer)}
          figures={phases(answer.claims, CLAIMS, answer.claims_in)}
        />
        <Figures
          label="Volumes"
          note={noteOf(answer.volumes_in, answer)}
          figures={phases(answer.volumes, VOLUMES, answer.volumes_in)}
        />
      </div>
      <ClassesTable
        classes={answer.classes}
        known={classesKnown(answer)}
        clusters={answer.parts.map((part) => part.key)}
      />
    </>
  );
}

const CLASSES = "storage.k8s.io/v1/storageclasses";

/** In each cluster that shows any storage: one that could not be read has none that is told here. */
const classesKnown = ({ parts }: StorageAnswer): boolean =>
  parts.every((part) => part.status !== "partial" || part.gaps.every((gap) => gap.resource !== CLASSES));

const noteOf = (known: number, { parts }: StorageAnswer): string =>
  known < parts.length ? `in ${known} of ${parts.length} clusters` : "";

/** The usual phases, and any other that is there. */
function phases(counts: Readonly<Record<string, number>>, usual: typeof CLAIMS, known: number) {
  const value = (many: number) => (known > 0 ? many : null);
  const others = Object.keys(counts).filter((phase) => !usual.some(([known]) => known === phase));
  return [
    { title: "All", status: null, value: value(Object.values(counts).reduce((sum, one) => sum + one, 0)) },
    ...usual.map(([title, status]) => ({ title, status, value: value(counts[title] ?? 0) })),
    ...others.map((title) => ({ title, status: "unknown" as const, value: value(counts[title] ?? 0) })),
  ];
}
