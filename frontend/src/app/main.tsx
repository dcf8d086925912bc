import "@mantine/core/styles/baseline.css";
import "@mantine/core/styles/default-css-variables.css";
import "@mantine/core/styles/global.css";
import "@mantine/core/styles/UnstyledButton.css";
import "@mantine/core/styles/CloseButton.css";
import "@mantine/core/styles/Paper.css";
import "@mantine/core/styles/Overlay.css";
import "@mantine/core/styles/Popover.css";
import "@mantine/core/styles/Menu.css";
import "@mantine/core/styles/ModalBase.css";
import "@mantine/core/styles/Modal.css";
import "../ui/tokens.css";
import "../ui/mantine.css";
import "../ui/base.css";
import "../features/frame/frame.css";
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { createRest } from "../api/rest.ts";
import { forgetToken, launchToken, redeem, storedToken } from "../api/session.ts";
import { Console } from "../state/console.ts";
import type { Socket } from "../state/stream.ts";
import { ConsoleProvider } from "./context.tsx";
import { Gate } from "./Gate.tsx";
import { router } from "./router.tsx";
import { applyTheme, mantineTheme, useResolvedTheme } from "./theme.ts";

function connect(): Socket {
  const url = new URL("/api/v1/stream", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return new WebSocket(url) as unknown as Socket;
}

function Providers({ children }: { children: React.ReactNode }) {
  const scheme = useResolvedTheme() === "light" ? "light" : "dark";
  return (
    <MantineProvider
      theme={mantineTheme}
      forceColorScheme={scheme}
      withCssVariables={false}
      withGlobalClasses={false}
      env="default"
    >
      {children}
    </MantineProvider>
  );
}

function showGate(root: Root, used: boolean): void {
  root.render(
    <StrictMode>
      <Providers>
        <Gate used={used} />
      </Providers>
    </StrictMode>,
  );
}

async function start(): Promise<void> {
  applyTheme();
  const element = document.getElementById("root");
  if (element === null) throw new Error("index.html has no #root");
  const root = createRoot(element);
  const launch = launchToken(location.hash);
  let token = storedToken(localStorage);
  let refused = false;
  if (launch !== null) {
    history.replaceState(null, "", location.pathname + location.search);
    const fresh = await redeem(launch, localStorage).catch(() => null);
    refused = fresh === null;
    token = fresh ?? token;
  }
  if (token === null) {
    showGate(root, refused);
    return;
  }
  const queries = new QueryClient({ defaultOptions: { queries: { retry: 1, refetchOnWindowFocus: false } } });
  const onUnauthorized = () => {
    forgetToken(localStorage);
    console_.stop();
    showGate(root, refused);
  };
  const rest = createRest({ token: () => token, onUnauthorized });
  const console_ = new Console({ rest, connect, token: () => token, onUnauthorized });
  console_.start();
  window.addEventListener("online", () => console_.retryNow());
  document.addEventListener("visibilitychange", () => document.hidden || console_.retryNow());
  root.render(
    <StrictMode>
      <Providers>
        <QueryClientProvider client={queries}>
          <ConsoleProvider value={console_}>
            <RouterProvider router={router} />
          </ConsoleProvider>
        </QueryClientProvider>
      </Providers>
    </StrictMode>,
  );
}

void start();
