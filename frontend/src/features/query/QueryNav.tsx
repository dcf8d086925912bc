import { useStoreOf } from "../../app/context.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { draft, load, ofSaved, recent } from "./draft.ts";
import { useSaved } from "./useSaved.ts";
import "./query.css";

/** Questions that were saved, and those that were asked or typed before. */
export default function QueryNav() {
  const saved = useSaved();
  const id = useStoreOf(draft, (state) => state.id);
  const texts = useStoreOf(recent, (state) => state.texts);
  return (
    <>
      <h2>Saved questions</h2>
      {saved.queries.map((one) => (
        <div key={one.id} className={one.id === id ? "nv q-saved on" : "nv q-saved"}>
          <button type="button" className="q-load" title={one.sql} onClick={() => load(ofSaved(one))}>
            <Icon name="star" small />
            <span className="el">{one.name}</span>
          </button>
          <button
            type="button"
            className="ib sm"
            aria-label={`Delete ${one.name}`}
            onClick={() => void saved.remove(one)}
          >
            <Icon name="close" small />
          </button>
        </div>
      ))}
      {saved.error ? <p className="nv-none error">{saved.error.message}</p> : null}
      {!saved.error && !saved.loading && saved.queries.length === 0 ? (
        <p className="nv-none t3">None yet: name one and save it.</p>
      ) : null}
      {texts.length === 0 ? null : <h2>Recent</h2>}
      {texts.map((text) => (
        <button
          key={text}
          type="button"
          className="nv"
          title={text}
          onClick={() => load({ ...draft.getState(), sql: text, id: "", name: "" })}
        >
          <Icon name="clock" small />
          <span className="el">{text.replace(/\s+/g, " ")}</span>
        </button>
      ))}
    </>
  );
}
