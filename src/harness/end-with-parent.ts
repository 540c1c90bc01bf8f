let isWatching = false;

/**
 * Ends this process when the command that started it has ended, however it did: nobody is left who
 * would read what it finds or submit what it writes. The command holds the other end of a channel.
 */
export function endWithParent(): void {
  if (isWatching || !process.channel) return;
  isWatching = true;
  process.once('disconnect', () => process.exit(1));
  // Listening alone would keep this process alive.
  process.channel.unref();
  if (!process.connected) process.exit(1);
}
