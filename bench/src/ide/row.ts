/** A row of the table: what was asked, what came of it, how long it took; `wrong` says what is not as it should be. */
export type Row = (command: string, asked: string, result: string, s: number, wrong: string[]) => void;
