import type { Command } from 'commander';
import { addDegradationsCommand } from './degradations.ts';

/** Every command, in the order of the help text. */
export const commands: readonly ((program: Command) => void)[] = [addDegradationsCommand];
