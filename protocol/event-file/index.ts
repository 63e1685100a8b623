/** TensorBoard's event files: what agents write and both sides read. */
export { protobufFields, type ProtobufField } from './protobuf-fields.ts';
export { eventRecords } from './records.ts';
export { scalarsOfEvent } from './scalars.ts';
