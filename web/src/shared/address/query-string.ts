/** The address's query as people write it: `?brand=A&brand=B`, not the router's JSON. */

type Values = string | number | boolean | undefined | null | readonly (string | number)[];

/** Each name with a list of its values, even of a single one, so that routes read one shape. */
export function parseQuery(query: string): Record<string, string[]> {
  const params = new URLSearchParams(query);
  return Object.fromEntries([...new Set(params.keys())].map((name) => [name, params.getAll(name)]));
}

export function writeQuery(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [name, values] of Object.entries(search as Record<string, Values>)) {
    for (const value of Array.isArray(values) ? values : [values]) {
      if (value !== undefined && value !== null && value !== "") params.append(name, String(value));
    }
  }
  const query = params.toString();
  return query ? `?${query}` : "";
}
