import { z } from 'zod';

/** Of a product's hardware, as it is printed on the board. */
export const Revision = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.+-]{0,31}$/, 'letters, digits, _ . + -; at most 32').meta({ id: 'Revision', example: 'B' });
