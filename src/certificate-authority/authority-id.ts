import { z } from 'zod';
import { named } from '../platform/http/api-responses.js';

export const AuthorityId = named('AuthorityId', z.string().regex(/^[A-Za-z0-9_.-]{1,128}$/, 'letters, digits, dot, dash, underscore; at most 128'), 'lineside-g1');
