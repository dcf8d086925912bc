import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Completion } from "../../api/generated/wire.ts";
import { count } from "../../ui/format.ts";
import { Icon } from "../../ui/Icon.tsx";
import { type Asked, applied, type Completions, useCompletions } from "./useCompletions.ts";

interface Props {
  asked: Asked;
  text: string;
  /** What a person could type here. */
  hint: string;
  bad: boolean;
  onText: (text: string) => void;
  onLeave: () => void;
  /** Whether ways on are shown just now. */
  onHelp: (helping: boolean) => void;
}

const NONE: readonly Completion[] = [];

/** The filter as one text, its parts drawn as tokens, with ways on below it. What was typed is never taken away. */
export function FilterField({ asked, text, hint, bad, onText, onLeave, onHelp }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [caret, setCaret] = useState(text.length);
  const [focused, setFocused] = useState(false);
  const [dismissed, setDismissed] = useState(true);
  const [at, setAt] = useState(-1);
  const [scroll, setScroll] = useState(0);
  const next = useRef<number | null>(null);
  const found = useCompletions(asked, text, caret, focused);
  // An answer to what was typed before offers nothing: it would replace another place.
  const current = found !== null && found.text === text ? found : null;
  const open = focused && !dismissed && current !== null && current.offers.length > 0;
  const offers = open && current !== null ? current.offers : NONE;
  const active = Math.min(at, offers.length - 1);

  useEffect(() => onHelp(open), [onHelp, open]);
  useLayoutEffect(() => {
    if (next.current === null || field.current === null) return;
    field.current.setSelectionRange(next.current, next.current);
    setScroll(field.current.scrollLeft);
    next.current = null;
  });
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  });

  const put = (value: string, place: number) => {
    onText(value);
    setCaret(place);
    setAt(-1);
    setDismissed(false);
  };
  const take = (offer: Completion | undefined) => {
    if (offer === undefined || current === null) return;
    const { text: value, caret: place } = applied(current, offer);
    next.current = place;
    put(value, place);
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const { key } = event;
    if (key === "Escape") {
      event.stopPropagation();
      if (open) setDismissed(true);
      else if (text !== "") put("", 0);
      else onLeave();
    } else if (key === "Enter") {
      if (active >= 0) take(offers[active]);
      else onLeave();
    } else if (key === "Tab" && active >= 0 && !event.shiftKey) take(offers[active]);
    else if (key === "ArrowDown" && open) setAt((active + 1) % offers.length);
    else if (key === "ArrowDown" && dismissed && text === "") setDismissed(false);
    else if (key === "ArrowDown") onLeave();
    else if (key === "ArrowUp" && open) setAt(active <= 0 ? offers.length - 1 : active - 1);
    else return;
    event.preventDefault();
  };
  return (
    <div className="ff grow">
      <label className={bad ? "inp bad" : "inp"}>
        <Icon name="search" small />
        <span className="ff-in">
          <Tokens found={found} text={text} scroll={scroll} />
          <input
            ref={field}
            data-filter
            type="text"
            role="combobox"
            aria-expanded={open}
            aria-controls="filter-offers"
            aria-autocomplete="list"
            aria-activedescendant={active >= 0 ? `filter-offer-${active}` : undefined}
            spellCheck={false}
            autoComplete="off"
            placeholder={hint}
            aria-label="Filter rows"
            aria-invalid={bad}
            aria-describedby={bad ? "filter-error" : undefined}
            value={text}
            onChange={(event) =>
              put(event.target.value, event.target.selectionStart ?? event.target.value.length)
            }
            onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? text.length)}
            onScroll={(event) => setScroll(event.currentTarget.scrollLeft)}
            onFocus={() => {
              setFocused(true);
              setDismissed(text !== "");
            }}
            onBlur={() => setFocused(false)}
            onKeyDown={onKeyDown}
          />
        </span>
        {text === "" ? (
          <kbd>/</kbd>
        ) : (
          <button type="button" className="ib sm" aria-label="Clear filter" onClick={() => put("", 0)}>
            <Icon name="close" small />
          </button>
        )}
      </label>
      {open ? (
        <div className="ff-l" role="listbox" id="filter-offers" aria-label="Ways on" ref={list}>
          {offers.map((offer, index) => (
            <Offer
              key={`${offer.kind} ${offer.text}`}
              id={`filter-offer-${index}`}
              offer={offer}
              on={index === active}
              onPoint={() => setAt(index)}
              onTake={() => take(offer)}
            />
          ))}
          <p className="ff-f t3 sm" role="presentation">
            <kbd>↓</kbd> choose <kbd>↵</kbd> take <kbd>Esc</kbd> close
            <span className="grow" />
            {current?.whole === false ? "Counted over a part of the rows" : ""}
          </p>
        </div>
      ) : null}
    </div>
  );
}

interface OfferProps {
  id: string;
  offer: Completion;
  on: boolean;
  onPoint: () => void;
  onTake: () => void;
}

function Offer({ id, offer, on, onPoint, onTake }: OfferProps) {
  return (
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={on}
      className={on ? "ff-o on" : "ff-o"}
      onMouseMove={() => (on ? undefined : onPoint())}
      // The field keeps the focus, and with it the caret.
      onMouseDown={(event) => event.preventDefault()}
      onClick={onTake}
    >
      <code className="el">{offer.kind === "field" ? offer.text : offer.label}</code>
      <span className="grow el t3 sm">{offer.detail}</span>
      {offer.rows === null ? null : <span className="t3 sm">{count(offer.rows)}</span>}
    </div>
  );
}

/** The same text behind the field's own, so that its parts have an outline. Terms that changed since have none. */
function Tokens({ found, text, scroll }: { found: Completions | null; text: string; scroll: number }) {
  const terms = (found?.terms ?? []).filter(
    (term) => found?.text.slice(term.start, term.end) === text.slice(term.start, term.end),
  );
  let from = 0;
  return (
    <span className="ff-t" aria-hidden="true">
      <span style={{ transform: `translateX(${-scroll}px)` }}>
        {terms.map((term) => {
          const gap = text.slice(from, term.start);
          from = term.end;
          return (
            <span key={term.start}>
              {gap}
              <i className={term.wrong ? "wrong" : undefined}>{text.slice(term.start, term.end)}</i>
            </span>
          );
        })}
      </span>
    </span>
  );
}
