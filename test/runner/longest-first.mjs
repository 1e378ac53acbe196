// Jest's `testSequencer`. A fresh clone has no times of earlier runs, and then jest would start a file of a minute last, alone.
import { relative } from 'node:path';
import Sequencer from '@jest/test-sequencer';

/** The files that take longest, longest first. */
const LONGEST = [
  'test/simulation/methods.spec.ts',
  'test/simulation/accounting.spec.ts',
  'test/acceptance/acceptance.spec.ts',
  'test/local/start.spec.ts',
  'test/faults/api-killed.spec.ts',
  'test/aws-iot/bulk.spec.ts',
  'test/aws-iot/rotation.spec.ts',
  'test/aws-iot/outage.spec.ts',
  'test/local/never-gives-up.spec.ts',
  'test/canary/canary.spec.ts',
  'test/aws-iot/registration.spec.ts',
  'test/aws-iot/fleet-imports.spec.ts',
  'test/renewal/renewal.spec.ts',
  'test/issuance/restored-ledger.spec.ts',
];

export default class LongestFirst extends Sequencer {
  sort(tests) {
    const place = ({ path, context }) => {
      const known = LONGEST.indexOf(relative(context.config.rootDir, path));
      return known < 0 ? LONGEST.length : known;
    };
    return super.sort(tests).sort((one, other) => place(one) - place(other));
  }
}
