#!/usr/bin/env node
import './config/supported-node.js';
import { Command } from 'commander';
import { runWithSettings } from './config/settings.js';
import type { RunOptions } from './agent/run-command.js';
import type { EnrolOptions, RenewOptions } from './agent/station-commands.js';
import type { CheckDeviceOptions } from './device-check/check-device-command.js';
import type { AwsCheckOptions } from './local/aws-check-command.js';
import type { PreviewOptions } from './issuance/profile-command.js';
import type { SimulateOptions } from './simulation/simulate-options.js';

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

program
  .command('simulate')
  .description('let stations and devices work against the running service, and account for every unit; exit code 1 where one is missing, 2 where the options can’t be followed')
  .option('--stations <n>', 'stations that work at the same time, up to 1000', '4')
  .option('--slots <m>', 'slots of each, up to 16', '1')
  .option('--units <n>', 'units to bring through, 100 unless --minutes is given')
  .option('--minutes <n>', 'for so long units are added as the line eats them')
  .option('--takt <s>', 'how long a fixture is at work on a unit, in seconds', '0')
  .option('--fail-rate <p>', 'share of attempts that end in a FAIL, an error, or with the board lifted off, such as 3%', '0%')
  .option('--kill <r>', 'stations whose power is cut, such as 1/min')
  .option('--connect <p>', 'share of devices that connect to AWS, such as 10%; all of up to 32 slots, none of more, unless it is said')
  .option('--wait-aws', 'at the end, wait until AWS knows all units')
  .option('--seed <word>', 'the same seed has the same things happen to the same units')
  .option('--order <id>', 'the work order: a new one, or one to go on with')
  .option('--method <name>', 'how the units become known to AWS; the service names those that there are', 'jitp')
  .option('--route <steps>', 'the steps that each unit passes, such as provision,test; each station does one if there are enough')
  .option('--rotate', 'in the middle, let the next generation of the authority take over')
  .option('--json', 'print one JSON document')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .action(async (options: SimulateOptions) => (await import('./simulation/simulate-command.js')).simulateCommand(options));

program
  .command('check-device')
  .description('end-of-line check: connect as one unit would, to the sandbox or a named endpoint; proves the unit, not the customer’s account')
  .option('--key <file>', 'private key of the device, PEM')
  .option('--observe', 'the key can’t be read: the board connects by itself, and is watched for --patience seconds')
  .option('--serial <serial>', 'ask the ledger what the unit has; or give --certificate and --chain (no chain where AWS has signed)')
  .option('--certificate <file>', 'certificate that the device was loaded with, PEM')
  .option('--chain <file>', 'chain that the device was loaded with, PEM')
  .option('--thing <name>', 'name of the Thing; else the certificate’s common name')
  .option('--authority <file>', 'certificate of the authority that the chain must end with, PEM')
  .option('--roots <file>', 'roots that the device trusts, PEM; else those of the sandbox or the ledger')
  .option('--service <url>', 'the service to ask about --serial; else the one that runs here')
  .option('--ca <file>', 'PEM of the CA that the certificate of --service comes from')
  .option('--api-key-file <file>', 'file that holds an API key of a station, issuer, operator or manager')
  .option('--endpoint <host>', 'where to connect; else an account of the sandbox that is kept for the check')
  .option('--port <n>', 'port of an endpoint that is not the sandbox’s', '8883')
  .option('--sandbox <folder>', 'data folder of the sandbox; else that of npm start')
  .option('--account <id:region>', 'the sandbox’s account that is kept for the check; else 333333333333, else its last one')
  .option('--policy <file>', 'policy document of the devices in that account; else the one that Lineside gives them')
  .option('--allowed-topic <topic>', 'a topic that the unit may publish to', 'devices/{thing}/check')
  .option('--forbidden-topic <topic>', 'a topic that it may not publish to', 'devices/{thing}-other/check')
  .option('--patience <seconds>', 'how long the unit tries to get in', '15')
  .option('--json', 'print one JSON document')
  .action(async (options: CheckDeviceOptions) => (await import('./device-check/check-device-command.js')).checkDeviceCommand(options, process.env));

program
  .command('aws')
  .description('the AWS accounts that units are made known to')
  .command('check')
  .description('prove, with each target’s own credentials, every permission that the methods used there need; nothing is left behind')
  .option('--target <name>', 'this target only')
  .option('--method <name>', 'what this method needs; else those of the target’s families')
  .option('--service <url>', 'the service that knows the targets; else the one that runs here')
  .option('--ca <file>', 'PEM of the CA that its certificate comes from')
  .option('--api-key-file <file>', 'file that holds an API key of a manager, operator or officer')
  .option('--json', 'print one JSON document')
  .action(async (options: AwsCheckOptions) => (await import('./local/aws-check-command.js')).awsCheckCommand(options, process.env));

const station = program.command('station').description('who this machine is: the client certificate of a station');
const STATION_FOLDER = ['--folder <folder>', 'where the station keeps its key and certificate', 'lineside-station'] as const;

station
  .command('enrol')
  .description('make a key that stays here, and get its certificate with a one-time code that a manager has made')
  .requiredOption('--server <url>', 'the service, by https')
  .option('--ca <file>', 'PEM of the CA that its certificate comes from')
  .requiredOption('--code <code>', 'the one-time code; - reads it from standard input')
  .option(...STATION_FOLDER)
  .option('--json', 'print one JSON document')
  .action(async (options: EnrolOptions) => (await import('./agent/station-commands.js')).enrolCommand(options));

station
  .command('renew')
  .description('get another certificate with the present one, once two thirds of its life are over')
  .option(...STATION_FOLDER)
  .option('--now', 'although it is not due')
  .option('--watch', 'go on, and look once an hour')
  .option('--json', 'print one JSON document')
  .action(async (options: RenewOptions) => (await import('./agent/station-commands.js')).renewCommand(options));

station
  .command('run')
  .description('claim units for a slot, run a program on each, and report what became of it (docs/stations.md)')
  .argument('<program...>', 'the program and what it is given, behind --')
  .requiredOption('--slot <slot>', 'the fixture position')
  .option(...STATION_FOLDER)
  .option('--server <url>', 'with --key-file: the service')
  .option('--ca <file>', 'with --key-file: PEM of the CA that its certificate comes from')
  .option('--key-file <file>', 'file that holds an API key, for a station that is not enrolled')
  .option('--csr <command>', 'shell command that prints the device’s certificate request; else the key is made here')
  .option('--no-identity', 'for steps that bring no certificate')
  .option('--scan', 'units are named by lines of standard input, as scanners type them')
  .option('--once', 'one unit, and no more')
  .action(async (command: string[], options: RunOptions) => (await import('./agent/run-command.js')).runCommand(command, options));

program
  .command('ledger')
  .description('the ledger of this machine')
  .command('accept')
  .description('let a ledger that was restored from a backup issue again; orders stay on hold until a manager resumes each')
  .option('--json', 'print one JSON document')
  .action(async (options: { json?: boolean }) => {
    const { locateLedger } = await import('./local/ledger-place.js');
    await (await import('./issuance/ledger-command.js')).acceptCommand(await locateLedger(process.env), { json: options.json === true });
  });

const profile = program.command('profile').description('what device certificates look like; asks neither the HSM nor the ledger');
const PROFILES = ['--profiles <folder>', 'folder of the profiles; else the one that PROFILES_DIR names'] as const;
const profilesFolder = async (given: string | undefined) => given ?? (await import('./config/config.js')).loadToolSettings(process.env).PROFILES_DIR;

profile
  .command('preview <name>')
  .description('show the certificate that a profile would make, and what speaks against it')
  .option(...PROFILES)
  .option('--serial <serial>', 'serial of the unit', 'PREVIEW-000001')
  .option('--product <product>', 'product of the work order', 'preview')
  .option('--order <id>', 'id of the work order', 'preview')
  .option('--authority <file>', 'certificate (PEM) of the authority that would sign; a throw-away one if left out')
  .option('--json', 'print one JSON document')
  .action(async (name: string, options: Partial<Pick<PreviewOptions, 'profiles'>> & Omit<PreviewOptions, 'profiles'>) =>
    (await import('./issuance/profile-command.js')).previewCommand(name, { ...options, profiles: await profilesFolder(options.profiles) }));

profile
  .command('check')
  .description('check all profiles as the start of the service does')
  .option(...PROFILES)
  .option('--json', 'print one JSON document')
  .action(async (options: { profiles?: string; json?: boolean }) =>
    (await import('./issuance/profile-command.js')).checkCommand({ ...options, profiles: await profilesFolder(options.profiles) }));

await runWithSettings(async () => void (await program.parseAsync()));
