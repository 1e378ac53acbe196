#!/usr/bin/env node
import { Command } from 'commander';

const program = new Command('lineside').description('Gives every unit that leaves the line its own identity, and makes sure the cloud knows it.');

// Each command loads its own code only: the launcher stays small while the service runs.
program
  .command('start')
  .description('start PostgreSQL, Redis, SoftHSM, the sandbox and the service on this machine, and prove the way of one unit')
  .action(async () => (await import('./local/start.js')).start());

program
  .command('doctor')
  .description('say what is wrong on this machine and how to mend it')
  .option('--json', 'print one JSON document')
  .action(async (options: { json?: boolean }) => (await import('./local/doctor.js')).doctor({ json: options.json === true }));

program
  .command('golden-unit')
  .description('send one fresh unit the whole way, from its key to the Thing in each account')
  .option('--json', 'print one JSON document')
  .action(async (options: { json?: boolean }) => (await import('./simulation/golden-unit-command.js')).goldenUnitCommand({ json: options.json === true }));

await program.parseAsync();
