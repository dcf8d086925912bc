import { Menu } from "@mantine/core";
import { openPalette, overlays } from "../../app/shell.ts";
import { resolved, setTheme, type Theme, useTheme } from "../../app/theme.ts";
import { Icon, type IconName, Logo } from "../../ui/Icon.tsx";
import { TabStripBar } from "./TabStripBar.tsx";

const THEMES: Record<Theme, { title: string; icon: IconName }> = {
  system: { title: "As the system", icon: "gauge" },
  dark: { title: "Dark", icon: "moon" },
  light: { title: "Light", icon: "sun" },
  hc: { title: "High contrast", icon: "contrast" },
};

const MAC = /mac/i.test(navigator.platform);

export function TopBar() {
  const theme = useTheme();
  return (
    <header className="topbar">
      <div className="brand">
        <Logo />
        <span>Quarterdeck</span>
      </div>
      <TabStripBar />
      <div className="tools">
        <button type="button" className="jump" onClick={() => openPalette("")}>
          <Icon name="search" small />
          <span className="grow">Jump to</span>
          <kbd>{MAC ? "⌘ K" : "Ctrl K"}</kbd>
        </button>
        <Menu position="bottom-end" transitionProps={{ duration: 0 }}>
          <Menu.Target>
            <button type="button" className="ib" aria-label="Theme" title="Theme">
              <Icon name={THEMES[resolved()].icon} />
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            {(Object.keys(THEMES) as Theme[]).map((one) => (
              <Menu.Item
                key={one}
                leftSection={<Icon name={THEMES[one].icon} small />}
                rightSection={theme === one ? <span className="acc">✓</span> : null}
                onClick={() => setTheme(one)}
              >
                {THEMES[one].title}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
        <button
          type="button"
          className="ib"
          aria-label="Keys and help"
          title="Keys and help"
          onClick={() => overlays.setState({ open: "help" })}
        >
          <Icon name="help" />
        </button>
      </div>
    </header>
  );
}
