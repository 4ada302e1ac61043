// What a test found wrong, told at its end.
import assert from "node:assert/strict";

/** The most faults that are told one by one. */
const MOST = 60;

/** Fails where there are faults, each a line that says where and what. */
export function none(faults) {
  if (faults.length === 0) return;
  const told = faults.slice(0, MOST).map((fault) => `  ${fault.replaceAll("\n", " ")}`);
  const rest = faults.length - told.length;
  assert.fail([`${faults.length} faults:`, ...told, ...(rest > 0 ? [`  and ${rest} more`] : [])].join("\n"));
}
