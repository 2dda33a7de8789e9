/**
 * Why something was turned away: {@link org.silofold.protocol.reason.Reason} holds the stable codes that appear in rejection
 * records, fates, receipts and metrics; {@link org.silofold.protocol.reason.RejectedException} carries one.
 */
package org.silofold.protocol.reason;
