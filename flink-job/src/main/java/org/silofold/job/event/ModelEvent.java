package org.silofold.job.event;

/**
 * An event on its way to the coordinator of a model.
 *
 * @param model the model
 * @param event what happened
 */
public record ModelEvent(String model, CoordinatorEvent event) {}
