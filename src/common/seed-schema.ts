import { z } from 'zod';

/** Of a random generator with 32 bits of state. */
export const seedSchema = z.number().int().min(0).max(0xffffffff).default(0);
