/** Block YAML of plain JSON, enough for made-up objects. */

export function yamlOf(value: unknown, indent = ""): string {
  if (Array.isArray(value)) {
    return value.map((one) => `${indent}- ${yamlOf(one, `${indent}  `).trimStart()}`).join("");
  }
  if (typeof value === "object" && value !== null) {
    return Object.entries(value)
      .map(
        ([key, one]) =>
          `${indent}${/^[\w./-]+$/.test(key) ? key : JSON.stringify(key)}:${after(one, indent)}`,
      )
      .join("");
  }
  return `${scalar(value, indent)}\n`;
}

function after(value: unknown, indent: string): string {
  if (Array.isArray(value)) return value.length === 0 ? " []\n" : `\n${yamlOf(value, indent)}`;
  if (typeof value === "object" && value !== null)
    return Object.keys(value).length === 0 ? " {}\n" : `\n${yamlOf(value, `${indent}  `)}`;
  return ` ${scalar(value, indent)}\n`;
}

function scalar(value: unknown, indent: string): string {
  if (typeof value !== "string") return String(value);
  if (value.includes("\n")) return `|\n${value.trimEnd().replace(/^/gm, `${indent}  `)}`;
  return /^[A-Za-z/][\w ./:@=-]*$/.test(value) && !/: |^(true|false|yes|no|null)$/.test(value)
    ? value
    : JSON.stringify(value);
}
