import { apiKeyCreate } from './api-key-create.ts';
import type { Command } from './command.ts';
import { doctor } from './doctor.ts';
import { erase } from './erase.ts';
import { exportCommand } from './export.ts';
import { migrate } from './migrate.ts';
import { staffAdd } from './staff-add.ts';
import { start } from './start.ts';
import { verify } from './verify.ts';

/** Every command, in the order help shows them. */
export const commands: readonly Command[] = [start, migrate, doctor, verify, exportCommand, erase, staffAdd, apiKeyCreate];
