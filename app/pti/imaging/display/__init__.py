"""From numbers to screen pixels: windowing, sampling, blending. No widgets here."""
