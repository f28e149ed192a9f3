// Is this text a program for beanc? Beancount's ledgers are `.bean` files too.

/**
 * Whether a text begins with `edition` and a year, behind blank lines and
 * comments: the language asks for that, and no ledger has it. A ledger's first
 * directive begins with a date, or is an `option`, `plugin` or `include`.
 */
export function isProgram(text: string): boolean {
  for (const line of text.replace(/^\uFEFF/, "").split("\n")) {
    const content = line.trim();
    if (content === "" || content.startsWith("#") || content.startsWith("//")) {
      continue;
    }
    return /^edition\s+\d/.test(content);
  }
  return false;
}

/** Languages that `.bean` files have before anybody looked inside. */
export const CLAIMED_BY_OTHERS = ["beancount", "plaintext"];
