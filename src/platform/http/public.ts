import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

export const PUBLIC = 'lineside:public';

/** The same for /openapi.json. */
export const IS_PUBLIC = 'x-public';

/** A route that needs no caller: health, the CA's own certificate. Everything else is closed by default. */
export const Public = () => applyDecorators(SetMetadata(PUBLIC, true), ApiExtension(IS_PUBLIC, true));
