import type { Locator } from "playwright-core";

/** Writes all of an editor's text anew, as a person does: `fill` would keep the style of what was there, which the policy refuses. */
export async function writeAnew(editor: Locator, text: string): Promise<void> {
  const { keyboard } = editor.page();
  await editor.focus();
  await keyboard.press("Control+a");
  await keyboard.press("Delete");
  await keyboard.insertText(text);
}
