/** An id from an address that is no UUID names nothing; PostgreSQL would answer it with an error instead. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text);
}
