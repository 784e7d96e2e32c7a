/** Activity contracts between the workflow and the world: requests, answers, interfaces. */
@NullMarked
package io.countersign.activity;

import org.jspecify.annotations.NullMarked;
