/** What several tests share: known-answer files, chi-square, fixed contexts. */
package org.silofold.protocol.testing;
