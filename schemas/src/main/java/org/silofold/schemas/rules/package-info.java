/**
 * What may stand in a header. {@link org.silofold.schemas.rules.Names} says what a name is, {@link
 * org.silofold.schemas.rules.FieldLimits} how much of everything there may be, and {@link org.silofold.schemas.rules.MessageRules}
 * checks whole messages. Pure functions; what does not hold is refused with a reason that names message and field.
 */
package org.silofold.schemas.rules;
