/**
 * What the hospitals do in a run: fetch the newest verified model from their agent, train at their own pace, submit. A workload says
 * what is trained; a trainer is a hospital's loop around {@link org.silofold.silo.sdk.Silo}, nothing else. A trainer that fails ends
 * the run with its reason.
 */
package org.silofold.demo.train;
