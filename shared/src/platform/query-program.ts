/**
 * The program that SQLite made of a query, as EXPLAIN lists it. It is the database's own account of what would happen, so it
 * is what a query is judged by: instructions that only read, tables that may be read, functions that are harmless.
 */
import { Refusal } from "../errors.ts";

export interface Instruction {
  addr: number;
  opcode: string;
  p1: number;
  p2: number;
  p3: number;
  p4: string | null;
  p5: number;
}

/** Instructions of a read-only program; whatever is not here is refused, also what SQLite may invent later. */
const READING = new Set(
  `Init Transaction Halt Goto Gosub Return BeginSubrtn InitCoroutine EndCoroutine Yield Once If IfNot IfNullRow IfEmpty IfPos
   IfNotZero DecrJumpZero IfNoHope IfSizeBetween OffsetLimit Jump IsNull NotNull IsTrue IsType ZeroOrNull Not And Or Eq Ne Lt Le Gt Ge
   ElseEq Permutation Compare Noop Explain CursorHint ReleaseReg Abortable TableLock
   Integer Int64 Real String8 String Null SoftNull Blob Variable Move Copy SCopy IntCopy Concat Add Subtract Multiply Divide
   Remainder BitAnd BitOr BitNot ShiftLeft ShiftRight AddImm MustBeInt RealAffinity Cast Affinity CollSeq Function PureFunc
   AggStep AggStep1 AggValue AggInverse AggFinal MakeRecord Count Column TypeCheck Offset Rowid NullRow Sequence SequenceTest
   ResultRow Filter FilterAdd ClrSubtype GetSubtype SetSubtype ColumnsUsed
   OpenRead OpenEphemeral OpenAutoindex OpenPseudo OpenDup SorterOpen Close ReopenIdx ResetSorter ResetCount
   Rewind Last Next Prev SeekGE SeekGT SeekLE SeekLT SeekRowid NotExists SeekScan SeekHit SeekEnd NoConflict NotFound Found
   IdxGT IdxGE IdxLT IdxLE IdxRowid DeferredSeek FinishSeek Sort SorterSort SorterData SorterInsert SorterNext SorterCompare
   RowData RowCell RowSetAdd RowSetRead RowSetTest Insert NewRowid IdxInsert IdxDelete Delete`
    .split(/\s+/)
    .filter(Boolean),
);
/** These change the cursor they name, which must be one of the query's own scratch tables. */
const CHANGING = new Set([
  "Insert",
  "IdxInsert",
  "IdxDelete",
  "Delete",
  "NewRowid",
  "RowCell",
  "SorterInsert",
]);
const SCRATCH = new Set(["OpenEphemeral", "OpenAutoindex", "OpenDup", "SorterOpen", "OpenPseudo"]);
/** Functions that neither write, nor tell of the machine, nor make much of little. */
export const FUNCTIONS = new Set(
  `count sum total avg min max group_concat string_agg json_group_array json_group_object
   abs coalesce ifnull iif if nullif instr length octet_length lower upper trim ltrim rtrim substr substring round sign like glob
   typeof unicode char hex likelihood likely unlikely date time datetime julianday strftime unixepoch timediff
   json json_extract json_type json_array json_object json_array_length json_valid json_quote -> ->>
   ceil ceiling floor trunc ln log log10 log2 exp power pow sqrt mod
   row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value subtype`
    .split(/\s+/)
    .filter(Boolean),
);
/** Joining text can double it, so a statement joins a few times only. */
const JOINS = 24;

const refuse = (message: string) =>
  new Refusal("invalid_args", message, { issues: [{ path: "sql", message }] });

/**
 * @param roots first pages of the tables and indexes that the query may open, by page
 * @throws Refusal (422) when the program does anything but read them
 */
export function checkProgram(program: Instruction[], roots: ReadonlyMap<number, string>): void {
  const scratch = new Set(program.filter(({ opcode }) => SCRATCH.has(opcode)).map(({ p1 }) => p1));
  const real = new Set(program.filter(({ opcode }) => opcode === "OpenRead").map(({ p1 }) => p1));
  let joins = 0;
  if (program.length === 0) throw refuse("The database gave no account of this statement.");
  for (const { opcode, p1, p2, p3, p4, p5 } of program) {
    if (opcode === "VOpen") throw refuse("Table-valued functions and virtual tables cannot be read here.");
    if (!READING.has(opcode)) throw refuse(`This would do more than read (${opcode}).`);
    if (opcode === "Transaction" && (p1 !== 0 || p2 !== 0)) throw refuse("This would write.");
    if (opcode === "OpenRead" && (p3 !== 0 || (p5 & 16) !== 0 || !roots.has(p2)))
      throw refuse("This reads a table that cannot be queried; db-tables lists those that can.");
    if (CHANGING.has(opcode) && (real.has(p1) || !scratch.has(p1))) throw refuse("This would write.");
    if (opcode === "Concat") joins += 1;
    if (/^(Function|PureFunc|AggStep1?|AggInverse|AggValue|AggFinal)$/.test(opcode)) {
      const name = /^(.*)\(-?\d+\)$/.exec(p4 ?? "")?.[1] ?? p4 ?? "";
      if (!FUNCTIONS.has(name.toLowerCase())) throw refuse(`The function ${name} cannot be used here.`);
    }
  }
  if (joins > JOINS) throw refuse(`At most ${JOINS} texts can be joined with || in one statement.`);
}
