/** Which rows of a log are in sight, how wide they are, and whether the newest is kept there. */
import { type RefObject, useEffect, useLayoutEffect, useState } from "react";
import type { LogBuffer } from "./log-buffer.ts";

export const LINE_PX = 18;
/** Left of the text: the lines' numbers. */
const NUMBERS_PX = 56;
/** Beside it: a heading's arrow on the left, and no letter at the very edge. */
const EDGE_PX = 28;
/** Browsers end at about 16 million pixels: a log longer than that is scrolled in larger steps. */
const TALLEST_PX = 12_000_000;
const OVERSCAN = 20;
const FEWEST_COLUMNS = 20;

/** The width of a row in characters: `element` is what scrolls, once it is there; `ruler` a text of one hundred of them in it. */
export function useColumns(element: HTMLElement | null, ruler: RefObject<HTMLElement | null>) {
  const [columns, setColumns] = useState(80);
  useLayoutEffect(() => {
    if (!element) return;
    const measure = () => {
      const letter = (ruler.current?.getBoundingClientRect().width ?? 0) / 100;
      if (letter > 0)
        setColumns(
          Math.max(FEWEST_COLUMNS, Math.floor((element.clientWidth - NUMBERS_PX - EDGE_PX) / letter)),
        );
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    // Its face may come later than the log.
    if (ruler.current) observer.observe(ruler.current);
    return () => observer.disconnect();
  }, [element, ruler]);
  return columns;
}

/** `rows` of them there are; `version` says that there is more, `over` that there will not be. */
export function useScroller(
  ref: RefObject<HTMLElement | null>,
  rows: number,
  version: number,
  buffer: LogBuffer,
  over: boolean,
) {
  const [scrolled, setScrolled] = useState(0);
  const [seen, setSeen] = useState(600);
  const [following, setFollowing] = useState(true);
  const real = rows * LINE_PX;
  const height = Math.min(real, TALLEST_PX);
  // How many pixels of log one pixel of the scroll bar stands for.
  const scale = height > seen ? Math.max(1, (real - seen) / (height - seen)) : 1;
  const offset = scrolled * scale;
  const first = Math.max(0, Math.floor(offset / LINE_PX) - OVERSCAN);
  const count = Math.max(0, Math.min(rows - first, Math.ceil(seen / LINE_PX) + 2 * OVERSCAN));

  // biome-ignore lint/correctness/useExhaustiveDependencies: another log begins at its end again
  useEffect(() => setFollowing(true), [buffer]);
  const any = rows > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: without a line there is nothing to be measured yet
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    setSeen(element.clientHeight || 600);
    const observer = new ResizeObserver(() => setSeen(element.clientHeight || 600));
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref, any]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` says that there is more
  useLayoutEffect(() => {
    const element = ref.current;
    if (element && following) element.scrollTop = element.scrollHeight;
  }, [ref, version, following, height]);

  return {
    height,
    first,
    count,
    top: scrolled - (offset - first * LINE_PX),
    following,
    /** Gives the topmost row in sight. */
    onScroll(): number {
      const element = ref.current;
      if (!element) return 0;
      setScrolled(element.scrollTop);
      setFollowing(element.scrollHeight - element.scrollTop - element.clientHeight < 24);
      return Math.floor((element.scrollTop * scale) / LINE_PX);
    },
    follow() {
      const element = ref.current;
      // Over: there is nothing to follow, only an end to go to.
      if (over && element) element.scrollTop = element.scrollHeight;
      else setFollowing((on) => !on);
    },
    /** Brings a row to the middle, or to the top. */
    show(row: number, to: "middle" | "top" = "middle") {
      const element = ref.current;
      if (!element) return;
      setFollowing(false);
      element.scrollTop = Math.max(0, (row * LINE_PX - (to === "middle" ? seen / 2 : 0)) / scale);
    },
  };
}
