import { z } from 'zod';

/** A unit's serial: also the Thing's name in AWS IoT and the CN of its certificate, so the narrowest of the three rules. */
export const Serial = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_:-]{0,63}$/, 'letters, digits, _ : -; at most 64').meta({ id: 'Serial', example: 'LS-000042' });
