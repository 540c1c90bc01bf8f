/** Images sent over a network have at most this many pixels, unless configured. */
export const NETWORK_MAX_PIXELS = 1_048_576;
