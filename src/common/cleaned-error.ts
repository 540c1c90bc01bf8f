/**
 * Cleans all that is printed of an error: its words, its stack, its fields, its causes. The error itself and the errors
 * within it are changed in place, since their classes tell what happened. Other objects that they hold, such as a reply's
 * headers or the client that asked, may be in use: what holds something to clean is replaced by a copy of its fields.
 *
 * @param clean gives a text back as it is where nothing is to be taken out
 */
export function cleanError(error: Error, clean: (text: string) => string): void {
  cleanFields(error, { clean, copies: new Map(), errors: new Set() });
}

interface Cleaning {
  clean(text: string): string;
  /** By the objects that they are copies of. */
  copies: Map<object, object>;
  /** Those that are cleaned, or are being cleaned. */
  errors: Set<Error>;
}

function cleanFields(error: Error, cleaning: Cleaning): void {
  if (cleaning.errors.has(error)) return;
  cleaning.errors.add(error);
  for (const name of Reflect.ownKeys(error)) {
    // The stack may stand behind a getter.
    const value = name === 'stack' ? error.stack : fieldOf(error, name);
    const cleaned = cleanValue(value, cleaning);
    if (cleaned !== value) Reflect.set(error, name, cleaned);
  }
}

function cleanValue(value: unknown, cleaning: Cleaning): unknown {
  if (typeof value === 'string') return cleaning.clean(value);
  if (value instanceof Error) {
    cleanFields(value, cleaning);
    return value;
  }
  if (!isOpen(value)) return value;
  return holdsMore(value, cleaning, new Set()) ? copyOf(value, cleaning) : value;
}

/** Whether it is an object that has fields or entries; bytes are shown as numbers. */
const isOpen = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);

/** Whether something within an object is to be cleaned. Errors within it are cleaned on the way. */
function holdsMore(value: object, cleaning: Cleaning, seen: Set<object>): boolean {
  if (seen.has(value)) return false;
  seen.add(value);
  return partsOf(value).some((part) => {
    if (typeof part === 'string') return cleaning.clean(part) !== part;
    if (part instanceof Error) cleanFields(part, cleaning);
    else if (isOpen(part)) return holdsMore(part, cleaning, seen);
    return false;
  });
}

/** Field values, and entries where it is a collection. */
function partsOf(value: object): unknown[] {
  const fields = Reflect.ownKeys(value).map((name) => fieldOf(value, name));
  const isCollection = value instanceof Headers || value instanceof Map || value instanceof Set;
  return isCollection ? [...fields, ...[...value.entries()].flat()] : fields;
}

function copyOf(value: object, cleaning: Cleaning): object {
  const known = cleaning.copies.get(value);
  if (known) return known;
  const inner = (part: unknown) => {
    if (isOpen(part) && !(part instanceof Error)) return copyOf(part, cleaning);
    return cleanValue(part, cleaning);
  };
  const keep = <Copy extends object>(copy: Copy): Copy => {
    cleaning.copies.set(value, copy);
    return copy;
  };
  if (value instanceof Headers) {
    const entries = [...value].map(([name, text]): [string, string] => [
      name,
      cleaning.clean(text),
    ]);
    return keep(new Headers(entries));
  }
  if (value instanceof Map) {
    const copy = keep(new Map());
    for (const [name, part] of value) copy.set(inner(name), inner(part));
    return copy;
  }
  if (value instanceof Set) {
    const copy = keep(new Set());
    for (const part of value) copy.add(inner(part));
    return copy;
  }
  // Of no class: its methods may need what is private to it, and fail on the way to the terminal.
  const copy = keep<object>(Array.isArray(value) ? [] : {});
  for (const name of Reflect.ownKeys(value)) Reflect.set(copy, name, inner(fieldOf(value, name)));
  return copy;
}

/** What stands behind a getter is left out: reading it might do something. */
const fieldOf = (of: object, name: PropertyKey): unknown =>
  Object.getOwnPropertyDescriptor(of, name)?.value;
