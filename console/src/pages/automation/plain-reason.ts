/** An argument that was not given, as people say it: that it lies within `args` is for programs. */
export function plainReason(message: string): string {
  const missing = /^(?:args\.)?(\w+): missing; (.*)$/s.exec(message);
  return missing
    ? `The argument “${missing[1]}” is missing: ${missing[2]}`
    : message.replace(/^args\.(?=\w+:)/, "");
}
