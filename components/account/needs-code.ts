/** Whether the answer to a right password asks for the second factor. */
export function needsCode(answer: unknown): boolean {
  return (answer as { twoFactor?: unknown } | null)?.twoFactor === true;
}
