/** Questions of processes that have no terminal, answered by the command that has one. */
export { answerHotline, type Hotline } from './answer.ts';
export { hotlinePrompter } from './ask.ts';
