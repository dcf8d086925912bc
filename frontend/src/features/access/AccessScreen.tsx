import { useNavigate, useSearch } from "@tanstack/react-router";
import { type AccessSearch, accessLink } from "../../app/links.ts";
import { NoCluster } from "../domain/NoCluster.tsx";
import { useOpen } from "../domain/useOpen.ts";
import { ViewBar } from "../domain/ViewBar.tsx";
import { May, Who } from "./answers.tsx";
import { RequestFields } from "./RequestFields.tsx";
import { SubjectFields } from "./SubjectFields.tsx";
import "./access.css";

export function AccessScreen() {
  const search = useSearch({ from: "/access" });
  const navigate = useNavigate();
  const open = useOpen();
  const none = open.length === 0 && search.on === undefined;
  const change = (more: AccessSearch) =>
    void navigate({ ...accessLink({ ...search, ...more }), replace: true });
  return (
    <main id="main" className="screen" aria-label="Who may do what">
      <ViewBar
        title="Who may do what"
        said="As roles and bindings say"
        lead={{
          label: "Question",
          segments: [
            { id: "", title: "What may they do", status: null, count: null },
            { id: "who", title: "Who may do it", status: null, count: null },
          ],
          chosen: search.ask ?? "",
          choose: (ask) => change({ ask: ask === "who" ? "who" : undefined }),
        }}
        on={search.on}
        choose={(on) => change({ on })}
      >
        {search.ask === "who" ? (
          <RequestFields search={search} change={change} />
        ) : (
          <SubjectFields search={search} change={change} />
        )}
      </ViewBar>
      {none ? (
        <div className="ac">
          <NoCluster />
        </div>
      ) : search.ask === "who" ? (
        <Who search={search} />
      ) : (
        <May search={search} />
      )}
    </main>
  );
}
