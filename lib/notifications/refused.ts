import { AppError } from '../errors/app-error';

/** The other side will not take a message however often it is sent. */
export class Refused extends AppError {
  constructor(message: string) {
    super('unavailable', message);
  }
}
