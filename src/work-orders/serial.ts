import { z } from 'zod';

/** Serials that begin so are kept for canaries. */
export const CANARY_PREFIX = 'lineside-canary-';

/** A unit's serial: also the Thing's name in AWS IoT and the CN of its certificate, so the narrowest of the three rules. */
export const Serial = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_:-]{0,63}$/, 'letters, digits, _ : -; at most 64').meta({ id: 'Serial', example: 'LS-000042' });

/**
 * A serial as a barcode scanner sends it: with CR, LF, tabs or other control characters around it (GS for FNC1 among them), and after the
 * symbology identifier that scanners can be set to send (ISO/IEC 15424, formerly AIM: `]C1`, `]d2`, …). A serial begins with neither.
 */
export const Scan = z
  .string()
  .max(128)
  .transform(serialIn)
  .pipe(Serial)
  .meta({ id: 'Scan', description: 'The serial, as it was scanned', example: 'LS-000042' });

// eslint-disable-next-line no-control-regex
const AROUND = /^[\s\x00-\x1f\x7f]+|[\s\x00-\x1f\x7f]+$/g;
const SYMBOLOGY = /^\][A-Za-z][0-9A-Za-z]/;

function serialIn(scan: string): string {
  return scan.replace(AROUND, '').replace(SYMBOLOGY, '').replace(AROUND, '');
}
