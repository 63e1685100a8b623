/** The wire died under a call: not the host's word on anything. What met it may be sent again on the next link. */
export class LinkDied extends Error {
  override readonly name = 'LinkDied';
}

/** The agent cut an answer though the link lives: it failed there, and sending the call again may meet the same. */
export class AnswerCut extends Error {
  override readonly name = 'AnswerCut';
}
