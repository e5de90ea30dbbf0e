/** Writes a result to standard output: for a program as JSON, for a person as text. */
export function print(value: unknown, { json }: { json?: boolean | undefined }, present: () => string): void {
  process.stdout.write(`${json ? JSON.stringify(value) : present()}\n`);
}
