/** Loads a module when it is first wanted, and keeps it: even an import that was done before costs a walk through the loader. */
export function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => (loading ??= load());
}
