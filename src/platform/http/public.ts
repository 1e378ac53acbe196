import { SetMetadata } from '@nestjs/common';

export const PUBLIC = 'lineside:public';

/** A route that needs no caller: health, the CA's own certificate. Everything else is closed by default. */
export const Public = () => SetMetadata(PUBLIC, true);
