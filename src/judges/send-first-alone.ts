/**
 * Lets the first of several requests with a common prefix go alone, so that the others find the prefix
 * in the vendor's cache: it is there only once a reply to the first has begun.
 */
export function createFirstAlone(): <Reply>(
  prefix: string,
  request: () => Promise<Reply>,
) => Promise<Reply> {
  const underWay = new Map<string, Promise<unknown>>();
  return async (prefix, request) => {
    const first = underWay.get(prefix);
    if (first) {
      // Where the first failed, nothing is in the cache, and the others are asked all the same.
      await first.catch(() => {});
      return request();
    }
    const reply = request();
    underWay.set(prefix, reply);
    return reply.finally(() => underWay.delete(prefix));
  };
}
